"""What helps a newcomer: the glossary and the guided tour."""
