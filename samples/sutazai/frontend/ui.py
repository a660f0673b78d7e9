import os

import requests
import streamlit as st

st.title("SutazAI")
question = st.text_area("Question")
if st.button("Ask") and question:
    answer = requests.post(f"{os.environ['BACKEND_URL']}/api/v1/ask", json={"text": question}, timeout=120)
    st.write(answer.json()["answer"])
