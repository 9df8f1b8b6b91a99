import JSON

/// One file of a test's results.
package struct ReportFile: Sendable {
    package let name: String
    package let bytes: [UInt8]

    init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    init(_ name: String, _ json: JSON) { self.init(name, json.indented) }
}

/// Which results are written.
package struct ReportSelection: Sendable {
    package var successes = false
    package var errors = true
    package var warnings = true
    package var plots = true

    package init() {}
}
