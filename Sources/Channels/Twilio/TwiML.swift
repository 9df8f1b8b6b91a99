/// Twilio's markup for calls.
struct TwiML {
    private let settings: TwilioVoiceSettings
    private let action: String

    /// - Parameter action: Where the caller's next words go.
    init(_ settings: TwilioVoiceSettings, action: String) {
        self.settings = settings
        self.action = action
    }

    /// Says the lines with pauses between them, and listens after the last.
    func response(_ lines: [String]) -> String {
        let head = #"<?xml version="1.0" encoding="UTF-8"?>"#
        guard let last = lines.last else { return "\(head)<Response />" }
        var body = ""
        for line in lines.dropLast() { body += say(line) + #"<Pause length="1" />"# }
        let attributes = [
            ("action", action), ("actionOnEmptyResult", "true"), ("enhanced", settings.enhanced), ("input", "speech"),
            ("speechModel", settings.speechModel), ("speechTimeout", settings.speechTimeout),
        ]
        let gather = attributes.map { " \($0)=\"\(TwiML.attribute($1))\"" }.joined()
        return "\(head)<Response>\(body)<Gather\(gather)>\(say(last))</Gather></Response>"
    }

    private func say(_ line: String) -> String {
        #"<Say voice="\#(TwiML.attribute(settings.voice))">\#(TwiML.escaped(line))</Say>"#
    }

    /// Text as XML; what XML cannot hold is left out.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\n", "\t", "\r": escaped.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: break
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func attribute(_ value: String) -> String {
        escaped(value).replacing("\"", with: "&quot;")
    }
}
