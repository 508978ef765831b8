"""Host 3: characters, conversations and messages of apps that are built on the memory.

Owns: what a chat platform keeps beside the memory, and its calls.
Knows nothing of: the proxy, how banks store anything.
"""
