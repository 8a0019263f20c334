"""How dates are written, where Django's own form is not the one of our pages."""
