package embedded.plugin.analysis;

import java.io.IOException;

import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.FilteringTokenFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/** Drops repeated tokens of the same text. */
final class UniqueTokenFilter extends FilteringTokenFilter {
    private final CharTermAttribute term = addAttribute(CharTermAttribute.class);
    private final CharArraySet seen = new CharArraySet(8, false);

    UniqueTokenFilter(TokenStream input) {
        super(input);
    }

    @Override
    protected boolean accept() {
        char[] text = new char[term.length()];
        System.arraycopy(term.buffer(), 0, text, 0, text.length);
        return seen.add(text);
    }

    @Override
    public void reset() throws IOException {
        super.reset();
        seen.clear();
    }
}
