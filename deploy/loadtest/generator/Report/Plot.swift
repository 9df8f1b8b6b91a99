import Foundation

/// A plot of lines as inline SVG.
struct Plot {
    struct Line {
        let name: String
        let color: String
        let points: [(x: Double, y: Double)]
    }

    let title: String
    let xLabel: String
    let yLabel: String
    let lines: [Line]
    /// What stands below the x axis, at its places.
    let ticks: [(x: Double, label: String)]
    /// Vertical lines.
    var marks: [Double] = []

    private static let width = 560.0
    private static let height = 240.0
    private static let left = 56.0
    private static let bottom = 40.0
    private static let top = 28.0

    private var xRange: ClosedRange<Double> {
        let all = lines.flatMap { $0.points.map(\.x) } + ticks.map(\.x)
        let low = all.min() ?? 0
        return low...max(low + 1e-9, all.max() ?? 1)
    }
    private var yMax: Double { Self.ceiling(lines.flatMap { $0.points.map(\.y) }.max() ?? 1) }

    static func logarithm(_ value: Double) -> Double { log10(value) }

    /// The next larger of 1, 2 and 5 times a power of ten.
    static func ceiling(_ value: Double) -> Double {
        guard value > 0 else { return 1 }
        let power = pow(10, floor(log10(value)))
        return [1, 2, 5, 10].map { $0 * power }.first { $0 >= value } ?? 10 * power
    }

    var svg: String {
        let xs = xRange
        let x = { (value: Double) in
            Self.left + (value - xs.lowerBound) / (xs.upperBound - xs.lowerBound) * (Self.width - Self.left - 12)
        }
        let highest = yMax
        let y = { (value: Double) in
            Self.height - Self.bottom - value / highest * (Self.height - Self.bottom - Self.top)
        }
        var out = #"<svg viewBox="0 0 \#(Int(Self.width)) \#(Int(Self.height))" role="img">"#
        out += "<title>\(HTML.escaped(title))</title>" + text(Self.width / 2, 14, title, "middle", "title")
        for step in 0...4 {
            let value = highest * Double(step) / 4
            out += line(Self.left, y(value), Self.width - 12, y(value), "grid")
            out += text(Self.left - 6, y(value) + 4, Self.short(value), "end")
        }
        for tick in ticks { out += text(x(tick.x), Self.height - Self.bottom + 14, tick.label, "middle") }
        for mark in marks where xs.contains(mark) {
            out += line(x(mark), Self.top, x(mark), Self.height - Self.bottom, "mark")
        }
        for one in lines {
            let points = one.points.map { "\(Self.place(x($0.x))),\(Self.place(y($0.y)))" }.joined(separator: " ")
            out += #"<polyline points="\#(points)" fill="none" stroke="\#(one.color)" stroke-width="1.6"/>"#
        }
        var place = Self.left + 4
        for one in lines {
            out += #"<text x="\#(Self.place(place))" y="\#(Self.place(Self.top - 2))" fill="\#(one.color)">"#
            out += "\(HTML.escaped(one.name))</text>"
            place += Double(one.name.count) * 6 + 16
        }
        out += text(Self.width / 2, Self.height - 6, xLabel, "middle") + text(4, Self.top - 14, yLabel, "start")
        return out + "</svg>"
    }

    private func text(_ x: Double, _ y: Double, _ text: String, _ anchor: String, _ kind: String = "label") -> String {
        #"<text x="\#(Self.place(x))" y="\#(Self.place(y))" text-anchor="\#(anchor)" class="\#(kind)">"#
            + "\(HTML.escaped(text))</text>"
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ kind: String) -> String {
        #"<line x1="\#(Self.place(x1))" y1="\#(Self.place(y1))" x2="\#(Self.place(x2))" y2="\#(Self.place(y2))" "#
            + #"class="\#(kind)"/>"#
    }

    private static func place(_ value: Double) -> String { TextReport.number(value, 1) }

    private static func short(_ value: Double) -> String {
        value == value.rounded() ? String(Int(value)) : TextReport.number(value, value < 1 ? 2 : 1)
    }
}
