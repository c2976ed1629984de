"""The AWS services: plain methods over state and containers, free of HTTP."""
