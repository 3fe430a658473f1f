"""Reports about the customers and tickets of a Deskgraph server."""
