"""What all parties share: their origins, the HTTP they speak, and the manners of their front doors."""
