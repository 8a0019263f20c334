"""An app that the next release brings: its migration adds to tables that are in use."""
