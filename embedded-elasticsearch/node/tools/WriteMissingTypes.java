import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Writes an empty interface for each type of SAML, OpenID Connect and JWT libraries that the given jars refer to and none of them
 * contains. The node inspects the signatures of all its actions at startup, so the types must exist. No code calls them.
 *
 * Arguments: the folder to write Java sources into; the folders with jars.
 */
final class WriteMissingTypes {
    private static final Pattern TYPE = Pattern.compile("(?:org/opensaml|net/shibboleth|com/nimbusds)/[\\w/$]+");
    private static final String CLASS = ".class";

    private WriteMissingTypes() {}

    public static void main(String[] arguments) throws IOException {
        Path sources = Path.of(arguments[0]);
        Set<String> named = new HashSet<>();
        Set<String> present = new HashSet<>();
        for (int i = 1; i < arguments.length; i++) {
            for (Path jar : jars(Path.of(arguments[i]))) {
                read(jar, named, present);
            }
        }
        named.removeAll(present);
        write(sources, named);
    }

    private static Iterable<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }

    private static void read(Path jar, Set<String> named, Set<String> present) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements();) {
                ZipEntry entry = entries.nextElement();
                String name = entry.getName();
                if (name.endsWith(CLASS) == false) {
                    continue;
                }
                present.add(name.substring(0, name.length() - CLASS.length()));
                try (InputStream content = zip.getInputStream(entry)) {
                    // Class files contain type names as plain text, and no other bytes match the pattern.
                    Matcher type = TYPE.matcher(new String(content.readAllBytes(), StandardCharsets.ISO_8859_1));
                    while (type.find()) {
                        named.add(type.group());
                    }
                }
            }
        }
    }

    private static void write(Path sources, Set<String> types) throws IOException {
        Map<String, Set<String>> nestedTypes = new TreeMap<>();
        for (String type : types) {
            String[] parts = type.split("\\$");
            Set<String> nested = nestedTypes.computeIfAbsent(parts[0], outer -> new TreeSet<>());
            if (parts.length > 1) {
                nested.add(parts[1]);
            }
        }
        for (Map.Entry<String, Set<String>> entry : nestedTypes.entrySet()) {
            Path file = sources.resolve(entry.getKey() + ".java");
            Files.createDirectories(file.getParent());
            Files.writeString(file, source(entry.getKey(), entry.getValue()));
        }
    }

    private static String source(String type, Set<String> nestedTypes) {
        int lastSlash = type.lastIndexOf('/');
        StringBuilder text = new StringBuilder("package ").append(type.substring(0, lastSlash).replace('/', '.')).append(";\n\n");
        text.append("public interface ").append(type.substring(lastSlash + 1)).append(" {\n");
        for (String nested : nestedTypes) {
            text.append("    interface ").append(nested).append(" {}\n");
        }
        return text.append("}\n").toString();
    }
}
