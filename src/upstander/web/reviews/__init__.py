"""Reviews: ratings, decisions, reports, questions to experts, comparisons."""
