"""Plain pages behind the links in mails, for studios whose frontend has none."""
