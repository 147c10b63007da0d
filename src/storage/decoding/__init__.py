"""The child process that reads pictures: nothing in here runs in a process that serves."""
