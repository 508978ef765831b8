"""What is known of a chat besides its words: emotion, facts, what is due."""
