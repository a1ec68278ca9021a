"""Acting on what was found: policy options, plans with owners, treaties, recommendations of UN bodies, and follow-up."""
