/// How sure a model was where it was right, and where it was wrong: two histograms side by side.
struct ConfidencePlot {
    private let title: String
    private let right: [Int]
    private let wrong: [Int]

    private static let bins = 25
    private static let barHeight = 16

    /// - Parameters:
    ///   - right: Confidences from 0 to 1 of predictions that hold.
    ///   - wrong: Those of the others.
    init(title: String, right: [Double], wrong: [Double]) {
        self.title = title
        self.right = Self.histogram(right)
        self.wrong = Self.histogram(wrong)
    }

    private static func histogram(_ confidences: [Double]) -> [Int] {
        var counts = [Int](repeating: 0, count: bins)
        for confidence in confidences where confidence.isFinite {
            counts[min(max(Int(confidence * Double(bins)), 0), bins - 1)] += 1
        }
        return counts
    }

    var file: [UInt8]? {
        let (width, top) = (360, 60)
        let side = Self.bins * Self.barHeight
        let middle = width + 40
        var image = PNGImage(width: 2 * width + 140, height: top + side + 60)
        image.write(title, x: 10, y: 10, scale: 2)
        image.write("Correct: \(right.reduce(0, +))", x: middle - 120, y: top - 16)
        image.write("Wrong: \(wrong.reduce(0, +))", x: middle + 60, y: top - 16)
        let most = max(right.max() ?? 0, wrong.max() ?? 0, 1)
        for bin in 0..<Self.bins {
            // The surest are at the top.
            let y = top + (Self.bins - 1 - bin) * Self.barHeight
            let (good, bad) = (right[bin] * width / most, wrong[bin] * width / most)
            image.fill(
                x: middle - good, y: y, width: good, height: Self.barHeight - 2,
                PNGImage.Color(red: 0, green: 158, blue: 115))
            image.fill(
                x: middle + 44, y: y, width: bad, height: Self.barHeight - 2,
                PNGImage.Color(red: 213, green: 94, blue: 0))
            guard bin % 5 == 0 else { continue }
            let percent = "\(bin * 100 / Self.bins) %"
            image.write(percent, x: middle + 6, y: y + Self.barHeight - 10)
        }
        image.write("Samples", x: middle - width / 2 - 20, y: top + side + 16)
        image.write("Samples", x: middle + width / 2, y: top + side + 16)
        image.write("at most \(most) a bar; by confidence", x: 10, y: top + side + 36)
        return image.file
    }
}
