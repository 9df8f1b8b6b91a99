import Glibc

/// The system's functions under names that say what they are.
func logarithm(_ number: Double) -> Double { log(number) }
func cosine(_ angle: Double) -> Double { cos(angle) }
func sine(_ angle: Double) -> Double { sin(angle) }
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
