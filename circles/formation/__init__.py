"""Forms circles of people given as plain data. Knows neither Django nor the database."""
