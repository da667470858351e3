from keras_gan.files.markdown import code, plain


def test_nothing_of_markdown_is_left():
    assert plain("[a](b) *c* | <d> `e`\n# f") == r"\[a\](b) \*c\* \| \<d\> \`e\` # f"
    assert plain(3) == "3" and plain("http://a.b/c_d") == "http://a.b/c_d"


def test_a_code_span_cannot_be_left():
    assert code("a b") == "`a b`" and code("a`b") == "`` a`b ``" and code("``\n") == "``` `` ```"
