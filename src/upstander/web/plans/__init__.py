"""Plans: options for a place, recommendations, actions, their owners and their follow-up."""
