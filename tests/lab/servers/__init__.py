"""The real servers: each as a command, its configuration, and the address that says that it is ready."""
