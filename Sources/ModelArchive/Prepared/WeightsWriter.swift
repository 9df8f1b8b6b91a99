/// Writes `weights.bin`.
enum WeightsWriter {
    /// Every tensor starts at a multiple of this, and as many bytes follow the last one.
    static let alignment = 64
}
