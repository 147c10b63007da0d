"""Who somebody is: passwords, tokens, cookies and API keys."""
