"""What every page needs, whatever it shows: requests, routing, limits, headers, rendering, who looks, caches."""
