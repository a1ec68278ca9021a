"""What assistants that speak the Model Context Protocol may ask: public figures and pages, as a visitor, read only."""
