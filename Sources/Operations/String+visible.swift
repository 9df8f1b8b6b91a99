extension String {
    /// The text with control characters spelled out, but for ends of lines and tabs: names from a project's files must not
    /// move the cursor of a terminal, or colour what follows.
    var visible: String {
        guard unicodeScalars.contains(where: Self.isHidden) else { return self }
        var visible = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            guard Self.isHidden(scalar) else {
                visible.append(scalar)
                continue
            }
            let digits = String(scalar.value, radix: 16)
            visible.append(contentsOf: "\\x\(digits.utf8.count < 2 ? "0" : "")\(digits)".unicodeScalars)
        }
        return String(visible)
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
    }
}
