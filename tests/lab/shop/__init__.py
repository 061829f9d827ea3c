"""The demo shop: frontend, checkout and payment, and those who buy there."""
