"""How facts are read out of English."""
