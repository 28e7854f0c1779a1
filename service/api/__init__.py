"""What internal services call: JSON over HTTP, problems as RFC 9457."""
