extension JSON {
    /// The value for people to read: a line for each element and member, as `json.dumps(…, indent=2)` writes it.
    public var indented: [UInt8] {
        var output: [UInt8] = []
        writeIndented(to: &output, depth: 0)
        output.append(UInt8(ascii: "\n"))
        return output
    }

    private func writeIndented(to output: inout [UInt8], depth: Int) {
        func line(_ depth: Int) {
            output.append(UInt8(ascii: "\n"))
            output += repeatElement(UInt8(ascii: " "), count: 2 * depth)
        }
        switch self {
        case .array(let elements) where !elements.isEmpty:
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                line(depth + 1)
                element.writeIndented(to: &output, depth: depth + 1)
            }
            line(depth)
            output.append(UInt8(ascii: "]"))
        case .object(let members) where !members.isEmpty:
            output.append(UInt8(ascii: "{"))
            var isFirst = true
            for (name, value) in members {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                line(depth + 1)
                JSON.write(name, to: &output)
                output += ": ".utf8
                value.writeIndented(to: &output, depth: depth + 1)
            }
            line(depth)
            output.append(UInt8(ascii: "}"))
        default: write(to: &output)
        }
    }
}
