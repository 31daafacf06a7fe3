"""What is put on a stage: compared, proved from outside, kept, and put back."""
