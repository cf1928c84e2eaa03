"""The only place that formats: terminal, JSON, CSV, HTML and plots."""
