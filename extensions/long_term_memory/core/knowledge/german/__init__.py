"""How facts are read out of German."""
