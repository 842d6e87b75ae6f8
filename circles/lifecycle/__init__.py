"""Terms, votes, alumni, centres and hubs, as pages show them."""
