"""The connection to a language model, and how its replies are read."""
