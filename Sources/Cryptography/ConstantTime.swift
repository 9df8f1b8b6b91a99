import COpenSSL

/// Comparisons that take as long whatever the secret is.
package enum ConstantTime {
    /// Whether both have the same bytes, found out in a time that does not depend on where they differ.
    package static func isEqual(_ one: some Sequence<UInt8>, _ other: some Sequence<UInt8>) -> Bool {
        // CRYPTO_memcmp needs an address also for nothing.
        let (one, other) = (one + [0], other + [0])
        return one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
    }

    /// Whether both texts have the same bytes.
    package static func isEqual(_ one: some StringProtocol, _ other: some StringProtocol) -> Bool {
        isEqual(one.utf8, other.utf8)
    }

    /// Whether these are a secret's bytes, found out in a time that depends on the length of what was given only.
    /// Nothing equals an empty secret.
    package static func isSecret(_ given: [UInt8], _ secret: [UInt8]) -> Bool {
        guard !secret.isEmpty else { return false }
        var difference = given.count ^ secret.count
        var at = 0
        for byte in given {
            difference |= Int(byte ^ secret[at])
            at = at + 1 == secret.count ? 0 : at + 1
        }
        return difference == 0
    }
}
