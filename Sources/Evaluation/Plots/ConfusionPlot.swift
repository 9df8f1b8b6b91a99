import ExactText

/// What was predicted in place of what, as a picture with a cell for each pair of labels.
struct ConfusionPlot {
    private let title: String
    private let labels: [ExactString]
    private let counts: [[Int]]

    /// Labels beyond these have no cell of their own; a picture with more could not be read.
    private static let maxLabels = 150
    private static let maxLabelLength = 40

    /// - Parameters:
    ///   - targets: The right labels.
    ///   - predictions: What was predicted, in the same order.
    init(title: String, targets: [String], predictions: [String]) {
        self.title = title
        let all = Set<ExactString>(targets).union(Set<ExactString>(predictions)).sorted()
        labels = Array(all.prefix(Self.maxLabels))
        var places: [ExactString: Int] = [:]
        for (place, label) in labels.enumerated() { places[label] = place }
        var counts = labels.map { _ in [Int](repeating: 0, count: places.count) }
        for (target, prediction) in zip(targets, predictions) {
            guard let row = places[target], let column = places[prediction] else { continue }
            counts[row][column] += 1
        }
        self.counts = counts
    }

    var file: [UInt8]? {
        let cell = labels.count > 40 ? 24 : 40
        let names = labels.map { String($0.string.unicodeScalars.prefix(Self.maxLabelLength)) }
        let longest = names.map(\.unicodeScalars.count).max() ?? 0
        let left = longest * Glyphs.advance + 40
        let (top, side) = (40, labels.count * cell)
        var image = PNGImage(width: left + side + 20, height: top + side + longest * Glyphs.advance + 50)
        image.write(title, x: 10, y: 10, scale: 2)
        let most = Double(counts.joined().max() ?? 0)
        for (row, line) in counts.enumerated() {
            let y = top + row * cell
            image.write(names[row], x: left - 6 - names[row].unicodeScalars.count * Glyphs.advance, y: y + cell / 2 - 4)
            for (column, count) in line.enumerated() {
                let x = left + column * cell
                let share = most > 0 ? Double(count) / most : 0
                image.fill(x: x, y: y, width: cell, height: cell, .gray)
                let color = PNGImage.Color(red: 8, green: 48, blue: 107)
                image.fill(x: x, y: y, width: cell - 1, height: cell - 1, color.shade(share))
                guard count > 0 else { continue }
                let text = String(count)
                image.write(
                    text, x: x + (cell - text.utf8.count * Glyphs.advance) / 2, y: y + cell / 2 - 4,
                    share > 0.5 ? .white : .black)
            }
        }
        for (column, name) in names.enumerated() {
            let length = name.unicodeScalars.count * Glyphs.advance
            image.write(name, x: left + column * cell + cell / 2 - 4, y: top + side + 6 + length, isUpright: true)
        }
        image.write("Right label", x: 8, y: top + side / 2 + 33, isUpright: true)
        image.write("Predicted label", x: left + max(side / 2 - 45, 0), y: image.height - 16)
        return image.file
    }
}
