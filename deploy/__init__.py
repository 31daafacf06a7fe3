"""What takes the app to AWS. Never packaged."""
