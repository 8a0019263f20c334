"""What runs in the sandbox: everything that reads what others sent.

Pure modules of the standard library and the libraries that parse: no Django, no settings, no
database, and nothing of ours but each other. The package above starts them in processes of
their own and kills those that take too much.
"""
