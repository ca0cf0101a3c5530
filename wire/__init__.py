"""What all parties share: their addresses, the HTTP they speak, and the manners of their front doors."""
