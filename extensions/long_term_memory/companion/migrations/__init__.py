"""How the platform's database came to its present form, step by step."""
