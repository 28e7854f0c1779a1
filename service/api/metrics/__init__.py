"""What Prometheus scrapes: the vital signs as metrics, the same from every process."""
