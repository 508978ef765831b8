"""Background jobs that derive knowledge: emotion, facts, what is due."""
