"""What formats prescribe: reading, checking, comparing and showing their versions."""
