@testable import Settings

/// The error that reading settings ends with; nil where they are right.
func settingsError(_ read: () throws -> some Any) -> SettingsError? {
    do {
        _ = try read()
        return nil
    } catch {
        return error as? SettingsError
    }
}
