"""What is public: Today, countries, map, data, about, the track record."""
