"""Who calls, by which key, and whose memory that reaches."""
