"""The portal on a fresh machine: private PostgreSQL and Redis, and what runs on them.

For development, demonstration and tests. Knows nothing of Django: it starts
processes and hands them their settings through the environment.
"""
