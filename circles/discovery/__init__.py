"""Finding a circle: search, what people look for, and how well a circle fits them."""
