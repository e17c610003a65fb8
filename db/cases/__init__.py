"""Cases: the actions of all articles in, matters with a dated life out, each fact with the sentence that proves it."""
