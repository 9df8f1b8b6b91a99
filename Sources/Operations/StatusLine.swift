import Glibc

/// Shows how far something is: one line that changes, on standard error, and only where that is a terminal.
struct StatusLine: Sendable {
    private static let start = "\r\u{1B}[2K"

    private let isTerminal = isatty(STDERR_FILENO) == 1

    /// Puts a text in the place of the one before.
    func show(_ text: String) {
        if isTerminal { Output.write(Self.start + text, to: STDERR_FILENO) }
    }

    func clear() { show("") }

    /// A bar that is as full as so many steps of all, with their numbers.
    static func bar(_ step: Int, of count: Int) -> String {
        let width = 20
        let full = count > 0 ? width * step / count : width
        let bar = String(repeating: "#", count: full) + String(repeating: " ", count: width - full)
        return "[\(bar)] \(step)/\(count)"
    }
}
