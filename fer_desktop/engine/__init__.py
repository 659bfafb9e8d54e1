"""Who does what, when: capture and vision in their threads, results to observers."""
