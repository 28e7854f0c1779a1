"""What a client asks for: the shape every kind's body shares, its fields and rules, and how a body is read."""
